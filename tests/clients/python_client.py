"""Every call of the API by the client that openapi-python-client generates: python_client.py URL TOKEN."""

import sys

from launch_ready_client import AuthenticatedClient, Client
from launch_ready_client.api.calls import delete_calls, export_calls, request_call
from launch_ready_client.api.documents import get_documents
from launch_ready_client.api.ownership import prove_ownership
from launch_ready_client.api.redirects import read_redirect_map
from launch_ready_client.api.reports import get_history, get_report, get_reports, get_stored_report
from launch_ready_client.api.service import get_health
from launch_ready_client.models import Batch, Intake, Ownership, RedirectMap
from launch_ready_client.models.get_report_check_item import GetReportCheckItem
from launch_ready_client.models.get_report_segment import GetReportSegment

url, token = sys.argv[1:]
client = Client(base_url=url, timeout=60)
owner = AuthenticatedClient(base_url=url, token=token)
domain = "healthy.lab"

answer = get_report.sync_detailed(client=client, domain=domain, segment=GetReportSegment.COACH)
assert answer.parsed.verdict.decision == "go", answer.content[:300]
report_id = answer.headers["content-location"].rsplit("/", 1)[1]
some = get_report.sync(client=client, domain=domain, check=[GetReportCheckItem.MX])
assert [finding.check for finding in some.recheck] == ["mx"]
assert get_stored_report.sync(client=client, id=report_id).domain == domain
assert get_history.sync(client=client, domain=domain, segment=GetReportSegment.COACH).reports
assert get_reports.sync(client=client, body=Batch(domains=[domain])).reports[0].status == 200
assert get_documents.sync(client=client, domain=domain).documents
assert read_redirect_map.sync(client=client, body=RedirectMap(domain=domain, map_="/old,/new\n")).rules
assert prove_ownership.sync(client=client, body=Ownership(domain=domain)).secret
intake = Intake(name="Ada", email="ada@python.lab", domain=domain, consent=True)
assert request_call.sync(client=client, body=intake).id
assert any(lead.email == "ada@python.lab" for lead in export_calls.sync(client=owner))
assert delete_calls.sync(client=owner, email="ada@python.lab").deleted == 1
assert get_health.sync(client=client).status == "ok"
print("every call answers as described")
