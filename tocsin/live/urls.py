"""The address of the stream."""

from django.urls import path

from tocsin.live import views

app_name = "live"
urlpatterns = [path("", views.stream, name="stream")]
