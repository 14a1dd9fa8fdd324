"""Where scripts ask and send."""

from django.urls import path

from goldenthread.web.api import extracts, measures

app_name = "api"

urlpatterns = [
    path("batches/<int:number>/", extracts.batch, name="batch"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<str:key>/", measures.measure, name="measure"),
    path("sources/<str:key>/files/", extracts.send, name="send"),
]
