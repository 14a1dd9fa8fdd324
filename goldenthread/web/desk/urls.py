"""Where staff work."""

from django.urls import path

from goldenthread.web.desk import home

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
]
