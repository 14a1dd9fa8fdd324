"""Where staff work."""

from django.urls import path

from goldenthread.web.desk import (
    data,
    home,
    measures,
    numbers,
    search,
    services,
    thread,
    units,
    upkeep,
)

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("data/", data.sources, name="sources"),
    path("data/batches/<int:number>/", data.batch, name="batch"),
    path("data/batches/<int:number>/refused.csv", data.refused, name="batch_refused"),
    path("data/batches/<int:number>/<str:step>/", data.decide, name="batch_decide"),
    path("data/sources/<str:key>/", data.source, name="source"),
    path("help/", search.help_page, name="help"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<str:key>/", measures.measure, name="measure"),
    path("measures/<str:key>/data.csv", measures.measure_csv, name="measure_csv"),
    path("my-numbers/", numbers.numbers, name="numbers"),
    path("my-numbers/approve/", numbers.approvals, name="approvals"),
    path("my-unit/", units.mine, name="unit_mine"),
    path("search/", search.search, name="search"),
    path("services/new/", services.add_outcome, name="outcome_add"),
    path("services/<str:key>/", services.service, name="service"),
    path("services/<str:key>/add/", services.add, name="service_add"),
    path("services/<str:key>/edit/", services.edit, name="service_edit"),
    path("services/<str:key>/move/", services.move, name="service_move"),
    path("services/<str:key>/retire/", services.retire, name="service_retire"),
    path("thread/", thread.thread, name="thread"),
    path("thread/<str:key>/", thread.thread_at, name="thread_at"),
    path("units/", units.units, name="units"),
    path("units/<str:key>/", units.unit, name="unit"),
    path("units/<str:key>/mission/", units.mission, name="mission"),
    path("units/<str:key>/mission/comment/", units.comment, name="mission_comment"),
    path("units/<str:key>/mission/support/", units.support, name="mission_support"),
    path("upkeep/", upkeep.upkeep, name="upkeep"),
]
