from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "goldenthread.web"
    label = "web"

    def ready(self) -> None:
        from goldenthread.web import checks  # noqa: F401
