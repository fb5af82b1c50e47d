"""Addresses of what leaves the house."""

from django.urls import path

from tocsin.gate import views, views_hooks, views_push, views_ways

app_name = "gate"
urlpatterns = [
    path("push/", views_push.state, name="push"),
    path("push/subscribe/", views_push.subscribe, name="push-subscribe"),
    path("push/unsubscribe/", views_push.unsubscribe, name="push-unsubscribe"),
    path("push/<int:pk>/remove/", views_push.remove, name="push-remove"),
    path("", views.messages_page, name="messages"),
    path("try/<slug:channel>/", views_ways.try_out, name="try"),
    path("hooks/add/", views_hooks.add, name="hook-add"),
    path("hooks/<int:pk>/try/", views_hooks.try_out, name="hook-try"),
    path("hooks/<int:pk>/remove/", views_hooks.remove, name="hook-remove"),
    path("quiet/", views.quiet, name="quiet"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/arrived/", views.arrived, name="arrived"),
]
