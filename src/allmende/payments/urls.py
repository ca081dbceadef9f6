from django.urls import path

from allmende.payments import views

urlpatterns = [path("-/payments/<slug:provider>", views.told, name="payments_told")]
