from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "goldenthread.accounts"
    label = "accounts"

    def ready(self) -> None:
        from goldenthread.accounts import second_factor, sessions  # noqa: F401
