"""Addresses of sources and imports."""

from django.urls import path

from tocsin.listen import upload_views, views

app_name = "listen"
urlpatterns = [
    path("", views.listed, name="list"),
    path("add/", views.add, name="add"),
    path("add/feed/", views.add_feed, name="add-feed"),
    path("add/sitemap/", views.add_sitemap, name="add-sitemap"),
    path("add/api/", views.add_api, name="add-api"),
    path("add/file/", upload_views.add_file, name="add-file"),
    path("add/file/<str:name>/", upload_views.map_columns, name="map-columns"),
    path("imports/<int:pk>/", upload_views.show_import, name="import"),
    path("imports/<int:pk>/rejected.csv", upload_views.rejected_rows, name="rejected-rows"),
    path("imports/<int:pk>/restart/", upload_views.restart_import, name="restart-import"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke-token"),
    path("<int:pk>/", views.show, name="source"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/address/", views.move, name="move"),
    path("<int:pk>/fetch/", views.fetch, name="fetch"),
    path("<int:pk>/tokens/", views.new_token, name="new-token"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
