"""One's own address. It stands behind the second factor, as what one reads by mail does."""

from django.urls import path

from goldenthread.web.mail import addresses

urlpatterns = [
    path("", addresses.your_address, name="mail_address"),
    path("confirm/<str:code>/", addresses.confirm, name="mail_confirm"),
]
