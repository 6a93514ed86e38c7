from django.contrib.admin.apps import AdminConfig


class RegistryAdminConfig(AdminConfig):
    default_site = "accounts.registry_admin.site.RegistryAdminSite"
