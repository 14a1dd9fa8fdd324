"""Signing in, out, and a new password: all of allauth that is used, by the names allauth itself asks for."""

from django.urls import path

from goldenthread.web.accounts import views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("password/change/", views.change_password, name="account_change_password"),
]
