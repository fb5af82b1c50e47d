"""Addresses of plans."""

from django.urls import path

from tocsin.plan.views import deciding, plans

app_name = "plan"
urlpatterns = [
    path("plan/", plans.listed, name="list"),
    path("plan/<slug:slug>/", plans.show, name="show"),
    path("plan/<slug:slug>/begin/", plans.begin, name="begin"),
    path("plan/<slug:slug>/scenarios/<slug:name>/", plans.scenario, name="scenario"),
    path("plan/<slug:slug>/versions/", plans.versions, name="versions"),
    path("plan/<slug:slug>/propose/", deciding.propose, name="propose"),
    path("plan/<slug:slug>/approve/", deciding.approve, name="approve"),
    path("plan/<slug:slug>/send-back/", deciding.send_back, name="send-back"),
    path("plan/<slug:slug>/discard/", deciding.discard, name="discard"),
    path("plan/<slug:slug>/read/", deciding.read, name="read"),
    path("plan/<slug:slug>/reviewed/", deciding.reviewed, name="reviewed"),
]
