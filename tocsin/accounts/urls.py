"""Addresses of set-up and settings."""

from django.urls import path

from tocsin.accounts import setup_views, views

app_name = "accounts"
urlpatterns = [
    path("setup/<str:token>/", setup_views.set_up, name="set-up"),
    path("setup/<str:token>/watch/", setup_views.suggested_watch, name="suggested-watch"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/people/", views.people, name="people"),
    path("settings/journal/", views.journal, name="journal"),
    path("settings/profile/", views.profile_page, name="profile"),
    path("settings/organisation/", views.change_organisation, name="change-organisation"),
    path("settings/organisation/choose/", views.choose, name="choose-organisation"),
]
