"""Signing in, out, and a new password: all of allauth that is used, by the names allauth itself asks for."""

from allauth.account import views
from django.urls import path

from goldenthread.web.access import open_to_all, signed_in

urlpatterns = [
    path("login/", open_to_all(views.LoginView.as_view()), name="account_login"),
    path("logout/", open_to_all(views.LogoutView.as_view()), name="account_logout"),
    path("password/change/", signed_in(views.PasswordChangeView.as_view()), name="account_change_password"),
]
