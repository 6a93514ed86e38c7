from django.urls import path

from .views import acting

app_name = "accounts"
urlpatterns = [
    path("posting/", acting.posting_switch, name="posting_switch"),
    path("second-factor/", acting.second_factor, name="second_factor"),
    path("language/", acting.language_set, name="language_set"),
    path("keys/", acting.keys_set, name="keys_set"),
    path("drafts/save/", acting.draft_save, name="draft_save"),
    path("drafts/discard/", acting.draft_discard, name="draft_discard"),
]
