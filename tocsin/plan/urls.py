"""Addresses of plans."""

from django.urls import path

from tocsin.plan.views import plans

app_name = "plan"
urlpatterns = [
    path("plan/", plans.listed, name="list"),
    path("plan/<slug:slug>/", plans.show, name="show"),
    path("plan/<slug:slug>/begin/", plans.begin, name="begin"),
    path("plan/<slug:slug>/scenarios/<slug:name>/", plans.scenario, name="scenario"),
    path("plan/<slug:slug>/versions/", plans.versions, name="versions"),
    path("plan/<slug:slug>/propose/", plans.propose, name="propose"),
    path("plan/<slug:slug>/approve/", plans.approve, name="approve"),
    path("plan/<slug:slug>/send-back/", plans.send_back, name="send-back"),
    path("plan/<slug:slug>/discard/", plans.discard, name="discard"),
    path("plan/<slug:slug>/read/", plans.read, name="read"),
    path("plan/<slug:slug>/reviewed/", plans.reviewed, name="reviewed"),
]
