"""Addresses of alerts."""

from django.urls import path

from tocsin.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:pk>/", views.show, name="alert"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:pk>/snooze/", views.snooze, name="snooze"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
]
