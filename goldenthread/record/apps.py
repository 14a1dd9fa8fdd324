from django.apps import AppConfig


class RecordConfig(AppConfig):
    """One migration history for every room of the record; the rooms are packages, not apps."""

    name = "goldenthread.record"
    label = "record"
    verbose_name = "Record"

    def ready(self) -> None:
        from goldenthread.record.audit import receivers  # noqa: F401
        from goldenthread.record.tokens import receivers as of_tokens  # noqa: F401
        from goldenthread.record.walls import receivers as of_walls  # noqa: F401
