"""The paper's own bank accounts: where debits are collected, and where statements come from."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.viewsets.model import ModelViewSet

from allmende.ledger import chart
from allmende.payments import ibans, references
from allmende.payments.models import BankAccount

FIELDS = [
    "name", "holder", "iban", "bic", "bank", "creditor_id", "is_main", "account", "notice_days",
    "lead_days", "cut_off", "most", "one_file_each", "first_apart",
]  # fmt: skip


class AccountForm(WagtailAdminModelForm):
    """What a bank would refuse is refused here."""

    account = forms.ChoiceField(label=_("ledger account"), choices=list)

    class Meta:
        model = BankAccount
        fields = FIELDS
        widgets = {"cut_off": forms.TimeInput({"type": "time"}, "%H:%M")}

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        kinds = chart.kinds()
        self.fields["account"].choices = [
            (code, chart.name(code)) for code in chart.codes() if kinds[code] == "asset"
        ]
        self.fields["account"].initial = "bank"

    def clean_iban(self) -> str:
        try:
            return ibans.read(self.cleaned_data["iban"])
        except ibans.BadIban as wrong:
            raise ValidationError(_("This is no IBAN that a bank would take.")) from wrong

    def clean_creditor_id(self) -> str:
        told: str = ibans.compact(self.cleaned_data["creditor_id"])
        if told and not references.is_creditor_id(told):
            raise ValidationError(_("The check digits of the creditor identifier do not fit."))
        return told


class AccountViewSet(ModelViewSet):
    model = BankAccount
    icon = "home"
    url_prefix = "geld/konten"
    url_namespace = "payments_accounts"
    list_display = ["name", "holder", "creditor_id", "is_main"]
    list_filter: list[str] = []
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[AccountForm]:
        return AccountForm
