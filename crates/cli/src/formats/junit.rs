//! JUnit XML, as test reports in pipelines read it: a suite for each area, a case for each check. A case fails where its problem
//! counts by `--fail-on`; other problems pass and are said in its output; what was not measured or does not apply is skipped.

use launch_ready_core::checks::check::Area;
use launch_ready_core::checks::finding::Level;
use launch_ready_core::report::markdown::visible;
use launch_ready_core::report::{FindingReport, Report};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{FailOn, message};

/// The report as XML.
///
/// # Errors
/// Where it cannot be written as text.
pub(crate) fn xml(report: &Report, fail_on: FailOn) -> Result<String, quick_junit::SerializeError> {
    let mut out = quick_junit::Report::new(format!("Launch Ready: {}", report.domain));
    for area in Area::ALL {
        let mut suite = TestSuite::new(area.title());
        for finding in report.findings.iter().filter(|finding| finding.area == area) {
            suite.add_test_case(case(finding, report, fail_on));
        }
        if !suite.test_cases.is_empty() {
            out.add_test_suite(suite);
        }
    }
    out.to_string()
}

fn case(finding: &FindingReport, report: &Report, fail_on: FailOn) -> TestCase {
    let text: String = message(finding).lines().map(visible).collect::<Vec<_>>().join("\n");
    let counts = finding.rank.is_some_and(|rank| fail_on.reaches(rank));
    let status = match finding.level {
        _ if counts => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed
                .set_message(visible(&finding.title))
                .set_type(finding.rank.map_or("", |rank| rank.words()))
                .set_description(text.clone());
            failed
        }
        Level::NotMeasured | Level::NotApplicable => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(visible(&finding.title));
            skipped
        }
        Level::Pass | Level::Warn | Level::Fail => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(&finding.check, status);
    case.set_classname(report.domain.as_str());
    if finding.rank.is_some() && !counts {
        case.set_system_out(text);
    }
    case
}
