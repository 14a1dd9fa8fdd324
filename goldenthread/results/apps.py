from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "goldenthread.results"
    label = "results"
