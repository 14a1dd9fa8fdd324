from django.apps import AppConfig


class RenderConfig(AppConfig):
    name = "goldenthread.render"
    label = "render"
