from django.urls import path

from .views import (
    file_merge,
    hub,
    list_import,
    list_out,
    list_upload,
    match_pair,
    proposed_change,
    undo_list,
)

app_name = "exchange"
urlpatterns = [
    path("", hub.hub, name="hub"),
    path("in/", list_import.import_list, name="import_list"),
    path("in/send/", list_upload.upload_add, name="upload_add"),
    path("in/<int:upload_id>/", list_upload.upload_detail, name="upload_detail"),
    path("in/<int:upload_id>/layout/", list_upload.upload_layout, name="upload_layout"),
    path("in/<int:upload_id>/check/", list_upload.upload_check, name="upload_check"),
    path("in/<int:upload_id>/take-in/", list_upload.upload_take_in, name="upload_take_in"),
    path("in/<int:upload_id>/cancel/", list_upload.upload_cancel, name="upload_cancel"),
    path("in/<int:upload_id>/undo/", undo_list.upload_undo, name="upload_undo"),
    path("changes/", proposed_change.change_list, name="change_list"),
    path("changes/decide/", proposed_change.change_decide, name="change_decide"),
    path("changes/<int:change_id>/", proposed_change.change_reveal, name="change_reveal"),
    path("in/<int:upload_id>/rejected/", list_upload.upload_rejected, name="upload_rejected"),
    path("pairs/", match_pair.pair_list, name="pair_list"),
    path("pairs/<int:pair_id>/", match_pair.pair_detail, name="pair_detail"),
    path("pairs/<int:pair_id>/answer/", match_pair.pair_answer, name="pair_answer"),
    path("pairs/<int:pair_id>/reveal/", match_pair.pair_reveal, name="pair_reveal"),
    path("pairs/<int:file_pair_id>/merge/", file_merge.file_merge, name="file_merge"),
    path("merges/<int:merge_id>/part/", file_merge.file_part, name="file_part"),
    path("out/", list_out.out_list, name="out_list"),
    path("out/<slug:layout_key>/ask/", list_out.out_ask, name="out_ask"),
    path("out/<int:out_id>/", list_out.out_detail, name="out_detail"),
    path("out/<int:out_id>/decide/", list_out.out_decide, name="out_decide"),
    path("out/<int:out_id>/fetch/", list_out.out_fetch, name="out_fetch"),
]
