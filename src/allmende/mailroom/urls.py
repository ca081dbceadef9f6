"""The mailroom's addresses for machines."""

from django.urls import path

from allmende.mailroom import views

urlpatterns = [path("-/mail/<slug:service>", views.told, name="mail_told")]
