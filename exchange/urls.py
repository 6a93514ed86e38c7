from django.urls import path

from .views import hub, match_pair

app_name = "exchange"
urlpatterns = [
    path("", hub.hub, name="hub"),
    path("pairs/", match_pair.pair_list, name="pair_list"),
    path("pairs/<int:pair_id>/", match_pair.pair_detail, name="pair_detail"),
    path("pairs/<int:pair_id>/answer/", match_pair.pair_answer, name="pair_answer"),
    path("pairs/<int:pair_id>/reveal/", match_pair.pair_reveal, name="pair_reveal"),
]
