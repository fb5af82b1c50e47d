"""Addresses of call-outs."""

from django.urls import path

from tocsin.callout.views import acting, answer, board, launching, listing

app_name = "callout"
urlpatterns = [
    path("c/<str:token>/", answer.answer, name="answer"),
    path("call-outs/", listing.listed, name="list"),
    path("call-outs/launch/", launching.launch, name="launch"),
    path("call-outs/delays/", listing.delays, name="delays"),
    path("call-outs/<int:pk>/", board.show, name="board"),
    path("call-outs/<int:pk>/answers/<int:call>/", acting.answer_for, name="answer-for"),
    path("call-outs/<int:pk>/roles/<int:role>/", acting.people, name="people"),
    path("call-outs/<int:pk>/roles/<int:role>/next/", acting.call_next, name="call-next"),
    path("call-outs/<int:pk>/roles/<int:role>/call/", acting.call_person, name="call-person"),
    path("call-outs/<int:pk>/raise/", acting.raise_level, name="raise"),
    path("call-outs/<int:pk>/stand-down/", acting.stand_down, name="stand-down"),
]
