"""A blog as Wagtail's tutorial makes it, set up for production, on the database of the run."""

import os
from pathlib import Path

import pymysql

pymysql.version_info = (2, 2, 1, "final", 0)  # Django asks for that of mysqlclient, for which a compiler would be needed
pymysql.install_as_MySQLdb()

BASE_DIR = Path(__file__).resolve().parent
DEBUG = False
SECRET_KEY = "only for a measurement"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "blog", "wagtail.contrib.redirects", "wagtail.embeds", "wagtail.sites", "wagtail.users", "wagtail.snippets", "wagtail.documents",
    "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail", "modelcluster", "taggit", "django.contrib.admin", "django.contrib.auth",
    "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware", "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ROOT_URLCONF = "urls"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
WSGI_APPLICATION = "wsgi.application"
DATABASES = {"default": {
    "ENGINE": "django.db.backends.mysql", "NAME": "wagtail", "USER": "root", "CONN_MAX_AGE": 600,
    "OPTIONS": {"unix_socket": os.environ["PEER_SOCKET"], "charset": "utf8mb4"},
}}
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
WAGTAIL_SITE_NAME = "Bench"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
