"""Addresses of what leaves the house."""

from django.urls import path

from tocsin.gate import views

app_name = "gate"
urlpatterns = [
    path("", views.messages_page, name="messages"),
    path("quiet/", views.quiet, name="quiet"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/arrived/", views.arrived, name="arrived"),
]
