"""The staff's screens for persons, built on Wagtail's for users."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.users.views import users

from allmende.people import accounts
from allmende.people.forms import EditPersonForm, PersonForm
from allmende.people.models import Person
from allmende.people.roles import Role, roles_of


def role_names(person: Person) -> str:
    return ", ".join(str(Role(role).label) for role in roles_of(person))


def person_of(request: HttpRequest) -> Person:
    """Who asks; the guard lets nobody in unknown."""
    assert isinstance(request.user, Person)
    return request.user


def reset_address(person: Person) -> str:
    return reverse("wagtailusers_users:reset_second_factor", args=[person.pk])


class Filters(users.UserFilterSet):
    """Wagtail's, with roles by the names that staff know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["group"].field.label_from_instance = lambda group: Role(group.name).label


class IndexView(users.IndexView):
    """Persons by name, with what the office asks first: who may what, and is the door locked."""

    page_title = gettext_lazy("People")
    add_item_label = gettext_lazy("Add a person")
    search_fields = ["first_name", "last_name", "emailaddress__email"]
    index_results_template_name = "wagtailadmin/generic/index_results.html"

    @cached_property
    def columns(self) -> list[Column]:
        name = self._get_title_column_class(users.UserColumn)(
            "name",
            accessor=str,
            label=gettext_lazy("Name"),
            sort_key="name",
            get_url=self.get_edit_url,
            classname="name",
            width="30%",
        )
        return [
            name,
            Column("email", label=gettext_lazy("E-mail address")),
            Column("roles", accessor=role_names, label=gettext_lazy("Roles")),
            BooleanColumn("second_factor", label=gettext_lazy("Second factor")),
            BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
            DateColumn(
                "last_login",
                label=gettext_lazy("Last login"),
                sort_key="last_login",
            ),
        ]

    def get_base_queryset(self) -> QuerySet[Person]:
        persons = super().get_base_queryset()
        return accounts.with_second_factor(persons).prefetch_related(
            "groups", "emailaddress_set", "contact_addresses"
        )

    def search_queryset(self, queryset: QuerySet[Person]) -> QuerySet[Person]:
        # A person is found once, however many of their addresses match.
        return super().search_queryset(queryset).distinct()

    def get_delete_url(self, instance: Person) -> None:
        return None

    def get_list_more_buttons(self, instance: Person) -> list[Button]:
        buttons = super().get_list_more_buttons(instance)
        if self.request.user.is_superuser and getattr(instance, "second_factor", False):
            buttons.append(reset_button(instance))
        return buttons


def reset_button(person: Person) -> Button:
    return Button(_("Reset second factor"), url=reset_address(person), icon_name="key", priority=40)


class AddView(users.CreateView):
    """Makes somebody a member of the staff."""

    page_title = gettext_lazy("Add a person")
    success_message = gettext_lazy("%(object)s may sign in now.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": person_of(self.request)}

    def save_instance(self) -> Person:
        return accounts.create_staff(
            **self.form.cleaned_data, at=timezone.now(), by=person_of(self.request)
        )


class EditView(users.EditView):
    """Changes what the office knows of somebody. Only admins change admins."""

    success_message = gettext_lazy("%(object)s saved.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        if self.object.erased_at or self.object.merged_into_id:
            raise PermissionDenied  # nobody comes in there any more
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": person_of(self.request)}

    def save_instance(self) -> Person:
        return accounts.update_staff(
            get_object_or_404(Person, pk=self.object.pk),
            **self.form.cleaned_data,
            by=person_of(self.request),
            at=timezone.now(),
        )

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if self.request.user.is_superuser and self.object.authenticator_set.exists():
            buttons.append(reset_button(self.object))
        return buttons


class DeleteView(users.DeleteView):
    """Persons stay, or what they wrote and did would lose its name; they are locked instead."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise PermissionDenied


class ResetSecondFactorView(WagtailAdminTemplateMixin, TemplateView):
    """Says what will go, and does it: for somebody who lost their telephone."""

    template_name = "people/reset_second_factor.html"
    page_title = gettext_lazy("Reset second factor")
    header_icon = "key"
    breadcrumbs_items: ClassVar[list[dict[str, Any]]] = []  # a title says enough

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_superuser:
            raise PermissionDenied
        self.person = get_object_or_404(Person, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        factors = self.person.authenticator_set.order_by("type")
        return super().get_context_data(person=self.person, factors=factors, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        removed = accounts.reset_second_factor(
            self.person, by=person_of(request), at=timezone.now()
        )
        messages.success(
            request,
            _("%(count)d removed; %(name)s sets up a new second factor at the next sign-in.")
            % {"count": removed, "name": self.person},
        )
        return redirect("wagtailusers_users:edit", pk)


class PersonViewSet(users.UserViewSet):
    """Wagtail's screens for users, for our persons."""

    model = Person
    ordering = ["last_name", "first_name"]
    menu_label = gettext_lazy("People")
    copy_view_enabled = False
    template_prefix = "people/"
    filterset_class = Filters
    index_view_class = IndexView
    add_view_class = AddView
    edit_view_class = EditView
    delete_view_class = DeleteView

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return EditPersonForm if for_update else PersonForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path(
                "reset-second-factor/<int:pk>/",
                self.construct_view(ResetSecondFactorView),
                name="reset_second_factor",
            ),
        ]
