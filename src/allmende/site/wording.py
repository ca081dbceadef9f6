"""Texts of allauth and Wagtail that our German says in other words: allauth says *du*.

They are only listed here, so that `make messages` collects them into our own catalogue, which goes
before those of the libraries.
"""

from django.utils.translation import gettext_noop as _

ACCOUNTS = [
    _("Are you sure you want to sign out?"),
    _("You have signed out."),
    _("You are already logged in as %(user_display)s."),
    _("Please reauthenticate to safeguard your account."),
    _("Please type your current password."),
    _("You must type the same password each time."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("Your password has been changed."),
    _("Your password is now changed."),
    _("Bad Token"),
    _("The password reset token was invalid."),
    _(
        "The password reset link was invalid, possibly because it has already been used.  Please "
        'request a <a href="%(passwd_reset_url)s">new password reset</a>.'
    ),
    _("Please Confirm Your Email Address"),
    _("Verify Your Email Address"),
    _("You have confirmed %(email)s."),
    _("Your email address is still pending verification."),
    _("Your primary email address must be verified."),
    _("You cannot remove your primary email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You cannot add more than %d email addresses."),
    _(
        "We have sent an email to you for verification. Follow the link provided to finalize the "
        "signup process. If you do not see the verification email in your main inbox, check your "
        "spam folder. Please contact us if you do not receive the verification email within a few "
        "minutes."
    ),
    _(
        "This email confirmation link expired or is invalid. Please "
        '<a href="%(email_url)s">issue a new email confirmation request</a>.'
    ),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _("You are about to generate a new set of recovery codes for your account."),
    _("Recovery Codes"),
    _("Authenticator code"),
    _("Use authenticator app or code"),
]

DESK = [
    _("Home"),
    _("Dashboard"),
    _("Locale"),
    _("Locale: "),
    _("slug"),
    _("The name of the page as it will appear in URLs e.g http://domain.com/blog/[my-slug]/"),
    _("Group"),
]
