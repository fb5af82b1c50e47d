"""Addresses of brands, watches and mentions."""

from django.urls import path

from tocsin.watch.views import accounts, brand, explore, overview, watches

app_name = "watch"
urlpatterns = [
    path("", overview.show, name="overview"),
    path("explore/", explore.show, name="explore"),
    path("explore/export.csv", explore.export_csv, name="export"),
    path("mentions/<int:place>/", explore.mention, name="mention"),
    path("brands/new/", watches.new_brand, name="new-brand"),
    path("brands/<slug:slug>/", brand.show, name="brand"),
    path("brands/<slug:slug>/accounts/add/", accounts.add, name="add-account"),
    path("brand-accounts/<int:pk>/remove/", accounts.remove, name="remove-account"),
    path("brands/<slug:slug>/watches/new/", watches.new, name="new-watch"),
    path("watches/", watches.listed, name="watches"),
    path("watches/check/", watches.check, name="check-query"),
    path("watches/<int:pk>/", watches.edit, name="watch"),
    path("watches/<int:pk>/active/", watches.set_active, name="set-active"),
]
