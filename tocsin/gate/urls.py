"""Addresses of what leaves the house."""

from django.urls import path

from tocsin.gate import views, views_push

app_name = "gate"
urlpatterns = [
    path("push/", views_push.state, name="push"),
    path("push/subscribe/", views_push.subscribe, name="push-subscribe"),
    path("push/unsubscribe/", views_push.unsubscribe, name="push-unsubscribe"),
    path("push/<int:pk>/remove/", views_push.remove, name="push-remove"),
    path("", views.messages_page, name="messages"),
    path("quiet/", views.quiet, name="quiet"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/arrived/", views.arrived, name="arrived"),
]
