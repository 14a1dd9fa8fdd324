"""Signing in, out, and one's own account: all of allauth that is used, by the names it asks for."""

from django.urls import path

from goldenthread.web.accounts import (
    drafts,
    invitations,
    passkeys,
    second_factor,
    sessions,
    single_sign_on,
    views,
    your_account,
)
from goldenthread.web.mail import stopping

urlpatterns = [
    path("", your_account.your_account, name="your_account"),
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", second_factor.at_sign_in, name="mfa_authenticate"),
    path("login/passkey/", passkeys.sign_in, name="mfa_login_webauthn"),
    path("drafts/", drafts.show, name="drafts"),
    path("drafts/keep/", drafts.keep, name="keep_draft"),
    path("drafts/<int:number>/drop/", drafts.drop, name="drop_draft"),
    path("invitation/<str:secret>/", invitations.accept, name="invitation"),
    path("logout/", views.sign_out, name="account_logout"),
    path("again/", views.password_again, name="account_reauthenticate"),
    path("again/code/", second_factor.code_again, name="mfa_reauthenticate"),
    path("again/passkey/", second_factor.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("mail/stop/<str:code>/", stopping.stop, name="mail_stop"),
    path("password/change/", views.change_password, name="account_change_password"),
    path("passkeys/new/", passkeys.add, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("app/new/", second_factor.add_app, name="mfa_activate_totp"),
    path("app/new/picture.svg", second_factor.app_picture, name="app_picture"),
    path("app/remove/", second_factor.remove_app, name="mfa_deactivate_totp"),
    path("recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", second_factor.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("sign-on/failed/", single_sign_on.failed, name="sign_on_failed"),
    path("sign-on/unknown/", single_sign_on.unknown, name="sign_on_unknown"),
    path("sign-on/<str:provider>/begin/", single_sign_on.begin, name="sign_on"),
    path("oidc/<str:provider_id>/return/", single_sign_on.openid_return, name="openid_connect_callback"),
    path("saml/<str:organization_slug>/return/", single_sign_on.saml_return, name="saml_acs"),
    path("saml/<str:organization_slug>/finish/", single_sign_on.saml_finish, name="saml_finish_acs"),
    path("saml/<str:organization_slug>/metadata/", single_sign_on.saml_metadata, name="saml_metadata"),
    path("saml/<str:organization_slug>/end/", single_sign_on.saml_sign_out, name="saml_sls"),
    path("session/", sessions.left, name="session_left"),
    path("session/stay/", sessions.stay, name="session_stay"),
    path("session/end-others/", your_account.end_other_sessions, name="end_other_sessions"),
]
