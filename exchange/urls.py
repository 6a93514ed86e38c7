from django.urls import path

from .views import file_merge, hub, match_pair

app_name = "exchange"
urlpatterns = [
    path("", hub.hub, name="hub"),
    path("pairs/", match_pair.pair_list, name="pair_list"),
    path("pairs/<int:pair_id>/", match_pair.pair_detail, name="pair_detail"),
    path("pairs/<int:pair_id>/answer/", match_pair.pair_answer, name="pair_answer"),
    path("pairs/<int:pair_id>/reveal/", match_pair.pair_reveal, name="pair_reveal"),
    path("pairs/<int:file_pair_id>/merge/", file_merge.file_merge, name="file_merge"),
    path("merges/<int:merge_id>/part/", file_merge.file_part, name="file_part"),
]
