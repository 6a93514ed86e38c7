from django.contrib import admin
from django.urls import include, path, re_path

from schools.views.guardian_page import guardian_page

from . import views
from .views import access_log, county_table, following, picture, report, search

handler400 = views.unread
handler500 = views.broken
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search.search_for, name="search"),
    path("search/found/", search.search_found, name="search_found"),
    path("access-log/", access_log.access_log, name="access_log"),
    path("picture/", picture.picture, name="picture"),
    path("picture/children/", picture.picture_children, name="picture_children"),
    path("picture/following/", following.following, name="picture_following"),
    path(
        "picture/following/children/",
        following.following_children,
        name="picture_following_children",
    ),
    path("picture/reports/", report.report_build, name="report_build"),
    path("picture/reports/<int:report_id>/", report.report_detail, name="report_detail"),
    path("picture/tables/", county_table.table_list, name="table_list"),
    path("picture/tables/<slug:table_key>/", county_table.table_detail, name="table_detail"),
    path("picture/tables/<slug:table_key>/sheet/", county_table.table_sheet, name="table_sheet"),
    path("health/", views.health, name="health"),
    path("favicon.ico", views.icon, name="icon"),
    path("children/", include("children.urls")),
    path("offline/", include("children.offline_urls")),
    path("schools/", include("schools.urls")),
    path("assistance/", include("assistance.urls")),
    path("exchange/", include("exchange.urls")),
    path("api/", include("exchange.department_urls")),  # for machines, by token; see there
    path("n/<str:token>", guardian_page, name="guardian_page"),  # short: it stands in an SMS
    path("acting/", include("accounts.urls")),
    # Administrators set passwords anew; nobody gets one by mail. They enter addresses for digests
    # too: who could change their own would have counts of children sent to any mailbox.
    re_path("^accounts/(?:password/reset|email|confirm-email)/", views.not_found),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
