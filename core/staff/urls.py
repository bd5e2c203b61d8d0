from django.urls import path

from core.staff import trail, views

urlpatterns = [
    path("staff/options/", views.OptionsPage.as_view(), name="option-list"),
    path("staff/options/<slug:app>/", views.OptionEditPage.as_view(), name="option-edit"),
    path("staff/calendar/", views.CalendarPage.as_view(), name="calendar"),
    path("staff/calendar/<int:year>/", views.CalendarPage.as_view(), name="calendar-year"),
    path("staff/calendar/clear/", views.ClearDay.as_view(), name="calendar-clear"),
    path("staff/jobs/", views.JobsPage.as_view(), name="job-list"),
    path("staff/outbox/", views.OutboxPage.as_view(), name="outbox"),
    path("staff/outbox/send-again/", views.SendAgain.as_view(), name="outbox-send-again"),
    path("staff/audit/", trail.TrailPage.as_view(), name="audit-list"),
    path("staff/audit/export/", trail.TrailExport.as_view(), name="audit-export"),
]
