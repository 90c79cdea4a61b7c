//! The table. Where a service gives different names to different customers, and where nothing was found to check a value
//! against, the record says in angle brackets where to copy it from: a wrong record is worse than none.

use super::{Checked, Envelope, Kind, Publish, Service};

/// Compared with the documentation at `source`.
const DOCUMENTED: Checked = Checked::Documentation("2026-11");
/// Compared with what customers publish.
const SEEN: Checked = Checked::Published("2026-11");

const fn cname(owner: &'static str, value: &'static str) -> Publish {
    Publish { owner, record_type: "CNAME", value }
}

const fn mx(owner: &'static str, value: &'static str) -> Publish {
    Publish { owner, record_type: "MX", value }
}

const fn txt(owner: &'static str, value: &'static str) -> Publish {
    Publish { owner, record_type: "TXT", value }
}

/// A service of that kind, with nothing known about it yet.
const fn service(
    id: &'static str,
    name: &'static str,
    kind: Kind,
    source: &'static str,
    checked: Checked,
) -> Service {
    Service {
        id,
        name,
        kind,
        spf: &[],
        mx: &[],
        tokens: &[],
        dkim_targets: &[],
        selectors: &[],
        selectors_are_fixed: false,
        envelope: Envelope::Service,
        include: None,
        records: &[],
        source,
        checked,
    }
}

/// Every service that is recognised: mailboxes, then what apps send with, then campaigns, then support.
pub static SERVICES: &[Service] = &[
    //------------ Mailboxes -------------------------------------------------
    Service {
        spf: &["_spf.google.com"],
        mx: &["smtp.google.com", "aspmx.l.google.com", "googlemail.com"],
        // google-site-verification is for many things and says nothing about mail.
        selectors: &["google"],
        envelope: Envelope::Domain,
        include: Some("_spf.google.com"),
        records: &[
            mx("@", "1 smtp.google.com."),
            txt(
                "google._domainkey",
                "\"<from the Admin console: Apps, Gmail, Authenticate email; 2048 bits>\"",
            ),
        ],
        ..service(
            "google-workspace",
            "Google Workspace",
            Kind::Mailboxes,
            "https://support.google.com/a/answer/33786",
            SEEN,
        )
    },
    Service {
        spf: &["spf.protection.outlook.com"],
        mx: &["mail.protection.outlook.com", "mx.microsoft"],
        tokens: &["MS=ms"],
        dkim_targets: &["onmicrosoft.com", "dkim.mail.microsoft"],
        selectors: &["selector1", "selector2"],
        selectors_are_fixed: true,
        envelope: Envelope::Domain,
        include: Some("spf.protection.outlook.com"),
        records: &[
            // Below mail.protection.outlook.com or mx.microsoft, by a rule that has exceptions.
            mx("@", "<from the Microsoft 365 admin center: Settings, Domains, DNS records>"),
            cname("selector1._domainkey", "<from the Defender portal: Email authentication settings, DKIM>"),
            cname("selector2._domainkey", "<from the Defender portal: Email authentication settings, DKIM>"),
        ],
        ..service(
            "microsoft-365",
            "Microsoft 365",
            Kind::Mailboxes,
            "https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure",
            SEEN,
        )
    },
    Service {
        // By data centre; the one in Europe is a row of its own.
        spf: &["zohomail.com", "zohomail.in", "zoho.com", "zoho.in"],
        mx: &["zoho.com", "zoho.in", "zohomail.com", "zohomail.in"],
        tokens: &["zoho-verification="],
        selectors: &["zmail", "zoho"],
        envelope: Envelope::Domain,
        include: Some("zohomail.com"),
        records: &[
            mx("@", "10 mx.zoho.com."),
            mx("@", "20 mx2.zoho.com."),
            mx("@", "50 mx3.zoho.com."),
            txt("zmail._domainkey", "\"<from the Admin Console: Domains, Email configuration, DKIM>\""),
        ],
        ..service(
            "zoho-mail",
            "Zoho Mail",
            Kind::Mailboxes,
            "https://www.zoho.com/mail/help/adminconsole/dkim-configuration.html",
            SEEN,
        )
    },
    Service {
        spf: &["zohomail.eu", "zoho.eu"],
        mx: &["zoho.eu", "zohomail.eu"],
        selectors: &["zmail", "zoho"],
        envelope: Envelope::Domain,
        include: Some("zohomail.eu"),
        records: &[
            mx("@", "10 mx.zoho.eu."),
            mx("@", "20 mx2.zoho.eu."),
            mx("@", "50 mx3.zoho.eu."),
            txt("zmail._domainkey", "\"<from the Admin Console: Domains, Email configuration, DKIM>\""),
        ],
        ..service(
            "zoho-mail-eu",
            "Zoho Mail (EU)",
            Kind::Mailboxes,
            "https://www.zoho.com/mail/help/adminconsole/dkim-configuration.html",
            SEEN,
        )
    },
    Service {
        spf: &["spf.messagingengine.com"],
        mx: &["messagingengine.com"],
        dkim_targets: &["dkim.fmhosted.com", "dkim.messagingengine.com"],
        selectors: &["fm1", "fm2", "fm3", "mesmtp"],
        selectors_are_fixed: true,
        envelope: Envelope::Domain,
        include: Some("spf.messagingengine.com"),
        records: &[
            mx("@", "10 in1-smtp.messagingengine.com."),
            mx("@", "20 in2-smtp.messagingengine.com."),
            cname("fm1._domainkey", "fm1.{domain}.dkim.fmhosted.com."),
            cname("fm2._domainkey", "fm2.{domain}.dkim.fmhosted.com."),
            cname("fm3._domainkey", "fm3.{domain}.dkim.fmhosted.com."),
        ],
        ..service(
            "fastmail",
            "Fastmail",
            Kind::Mailboxes,
            "https://www.fastmail.help/hc/en-us/articles/360060591153-Manual-DNS-configuration",
            DOCUMENTED,
        )
    },
    Service {
        spf: &["_spf.protonmail.ch"],
        mx: &["protonmail.ch"],
        tokens: &["protonmail-verification="],
        dkim_targets: &["domains.proton.ch"],
        selectors: &["protonmail", "protonmail2", "protonmail3"],
        selectors_are_fixed: true,
        envelope: Envelope::Domain,
        include: Some("_spf.protonmail.ch"),
        records: &[
            mx("@", "10 mail.protonmail.ch."),
            mx("@", "20 mailsec.protonmail.ch."),
            cname("protonmail._domainkey", "<from Proton: Settings, Domain names, DKIM>"),
            cname("protonmail2._domainkey", "<from Proton: Settings, Domain names, DKIM>"),
            cname("protonmail3._domainkey", "<from Proton: Settings, Domain names, DKIM>"),
        ],
        ..service(
            "proton-mail",
            "Proton Mail",
            Kind::Mailboxes,
            "https://proton.me/support/custom-domain",
            SEEN,
        )
    },
    Service {
        spf: &["icloud.com"],
        mx: &["mail.icloud.com"],
        tokens: &["apple-domain="],
        dkim_targets: &["icloudmailadmin.com"],
        selectors: &["sig1"],
        selectors_are_fixed: true,
        envelope: Envelope::Domain,
        include: Some("icloud.com"),
        records: &[
            mx("@", "10 mx01.mail.icloud.com."),
            mx("@", "10 mx02.mail.icloud.com."),
            cname("sig1._domainkey", "sig1.dkim.{domain}.at.icloudmailadmin.com."),
        ],
        ..service("icloud", "iCloud Mail", Kind::Mailboxes, "https://support.apple.com/102374", SEEN)
    },
    Service {
        spf: &["_spf.yandex.net", "_spf.yandex.ru"],
        mx: &["mx.yandex.net", "mx.yandex.ru"],
        tokens: &["yandex-verification:"],
        selectors: &["mail"],
        envelope: Envelope::Domain,
        include: Some("_spf.yandex.net"),
        records: &[
            mx("@", "10 mx.yandex.net."),
            txt("mail._domainkey", "\"<from Yandex 360: Domains, DKIM>\""),
        ],
        ..service(
            "yandex-360",
            "Yandex 360",
            Kind::Mailboxes,
            "https://yandex.com/support/yandex-360/business/admin/en/dns-records/dkim",
            SEEN,
        )
    },
    //------------ What apps send with ---------------------------------------
    Service {
        // Its SPF record stands at send.<domain>; there it names Amazon SES.
        selectors: &["resend"],
        envelope: Envelope::Below("send"),
        records: &[
            mx("send", "<10 feedback-smtp., the region, .amazonses.com: from Resend: Domains>"),
            txt("send", "\"v=spf1 include:amazonses.com ~all\""),
            txt("resend._domainkey", "\"<from Resend: Domains>\""),
        ],
        ..service(
            "resend",
            "Resend",
            Kind::Transactional,
            "https://resend.com/docs/dashboard/domains/introduction",
            DOCUMENTED,
        )
    },
    Service {
        spf: &["spf.mtasv.net"],
        // Each domain gets a selector of its own, a date and pm.
        envelope: Envelope::Below("pm-bounces"),
        records: &[
            cname("pm-bounces", "pm.mtasv.net."),
            txt(
                "<selector>._domainkey",
                "\"<name and value from Postmark: Sender Signatures, DNS settings>\"",
            ),
        ],
        ..service(
            "postmark",
            "Postmark",
            Kind::Transactional,
            "https://postmarkapp.com/support/article/1002-getting-started-with-postmark",
            SEEN,
        )
    },
    Service {
        spf: &["sendgrid.net"],
        dkim_targets: &["sendgrid.net"],
        selectors: &["s1", "s2"],
        envelope: Envelope::Below(""),
        records: &[
            cname("<em and a number>", "<from SendGrid: Settings, Sender Authentication>"),
            cname("s1._domainkey", "<from SendGrid: Settings, Sender Authentication>"),
            cname("s2._domainkey", "<from SendGrid: Settings, Sender Authentication>"),
        ],
        ..service(
            "sendgrid",
            "SendGrid",
            Kind::Transactional,
            "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/how-to-set-up-domain-authentication",
            DOCUMENTED,
        )
    },
    Service {
        spf: &["mailgun.org"],
        mx: &["mailgun.org"],
        dkim_targets: &["mailgun.com", "mailgun.org"],
        selectors: &["pdk1", "pdk2", "mx", "k1", "smtp", "mailo"],
        // The name that is set up at Mailgun is where bounces go.
        envelope: Envelope::Domain,
        include: Some("mailgun.org"),
        records: &[
            cname("pdk1._domainkey", "<from Mailgun: Sending, Domains, DNS records>"),
            cname("pdk2._domainkey", "<from Mailgun: Sending, Domains, DNS records>"),
        ],
        ..service(
            "mailgun",
            "Mailgun",
            Kind::Transactional,
            "https://documentation.mailgun.com/docs/mailgun/user-manual/domains/dkim_security",
            DOCUMENTED,
        )
    },
    Service {
        spf: &["amazonses.com"],
        mx: &["amazonaws.com", "amazonses.com"],
        tokens: &["amazonses:"],
        dkim_targets: &["dkim.amazonses.com"],
        // Selectors are tokens that differ for every domain.
        envelope: Envelope::Below(""),
        records: &[
            cname("<token 1>._domainkey", "<from the SES console: Identities, Authentication>"),
            cname("<token 2>._domainkey", "<from the SES console: Identities, Authentication>"),
            cname("<token 3>._domainkey", "<from the SES console: Identities, Authentication>"),
        ],
        ..service(
            "amazon-ses",
            "Amazon SES",
            Kind::Transactional,
            "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html",
            DOCUMENTED,
        )
    },
    Service {
        spf: &["_spf.mailersend.net", "_spf.mlsend.com"],
        dkim_targets: &["mailersend.net"],
        selectors: &["mlsend2", "mlsend"],
        envelope: Envelope::Below("mta"),
        include: Some("_spf.mailersend.net"),
        records: &[
            cname("mta", "mailersend.net."),
            // It is moving its customers from mlsend2 to selectors of their own.
            cname("<selector>._domainkey", "<from MailerSend: Domains, DNS records>"),
        ],
        ..service(
            "mailersend",
            "MailerSend",
            Kind::Transactional,
            "https://www.mailersend.com/help/how-to-verify-and-authenticate-a-sending-domain",
            SEEN,
        )
    },
    Service {
        spf: &["sparkpostmail.com", "_spf.sparkpostmail.com"],
        dkim_targets: &["sparkpostmail.com"],
        // Selectors are scph and a month.
        envelope: Envelope::Below(""),
        records: &[
            cname("<bounce name>", "sparkpostmail.com."),
            txt("<selector>._domainkey", "\"<name and value from SparkPost: Domains, Sending domains>\""),
        ],
        ..service(
            "sparkpost",
            "SparkPost",
            Kind::Transactional,
            "https://support.sparkpost.com/docs/getting-started/getting-started-sparkpost",
            DOCUMENTED,
        )
    },
    Service {
        dkim_targets: &["clerk.services"],
        selectors: &["clk", "clk2"],
        selectors_are_fixed: true,
        envelope: Envelope::Below("clkmail"),
        records: &[
            cname("clkmail", "<from Clerk: Configure, Domains>"),
            cname("clk._domainkey", "<from Clerk: Configure, Domains>"),
            cname("clk2._domainkey", "<from Clerk: Configure, Domains>"),
        ],
        ..service("clerk", "Clerk", Kind::Transactional, "https://clerk.com/docs/deployments/overview", SEEN)
    },
    //------------ Campaigns -------------------------------------------------
    Service {
        spf: &["spf.brevo.com", "spf.sendinblue.com"],
        tokens: &["brevo-code:", "Sendinblue-code:"],
        dkim_targets: &["dkim.brevo.com"],
        selectors: &["brevo1", "brevo2", "mail"],
        records: &[
            txt("@", "\"<brevo-code: from Brevo: Senders, Domains>\""),
            cname("brevo1._domainkey", "b1.{dashed}.dkim.brevo.com."),
            cname("brevo2._domainkey", "b2.{dashed}.dkim.brevo.com."),
        ],
        ..service(
            "brevo",
            "Brevo",
            Kind::Marketing,
            "https://help.brevo.com/hc/en-us/articles/12163873383186-Authenticate-your-domain-with-Brevo-Brevo-code-DKIM-DMARC",
            SEEN,
        )
    },
    Service {
        spf: &["servers.mcsv.net"],
        dkim_targets: &["mcsv.net"],
        selectors: &["k2", "k3", "k1"],
        selectors_are_fixed: true,
        records: &[cname("k2._domainkey", "dkim2.mcsv.net."), cname("k3._domainkey", "dkim3.mcsv.net.")],
        ..service(
            "mailchimp",
            "Mailchimp",
            Kind::Marketing,
            "https://mailchimp.com/help/set-up-email-domain-authentication/",
            SEEN,
        )
    },
    Service {
        spf: &["spf.mandrillapp.com"],
        tokens: &["mandrill_verify."],
        dkim_targets: &["mandrillapp.com"],
        selectors: &["mte1", "mte2", "mandrill"],
        selectors_are_fixed: true,
        records: &[
            cname("mte1._domainkey", "dkim1.mandrillapp.com."),
            cname("mte2._domainkey", "dkim2.mandrillapp.com."),
        ],
        ..service(
            "mailchimp-transactional",
            "Mailchimp Transactional",
            Kind::Transactional,
            "https://mailchimp.com/developer/transactional/docs/authentication-delivery/",
            SEEN,
        )
    },
    Service {
        spf: &["hubspotemail.net"],
        dkim_targets: &["hubspotemail.net"],
        selectors: &["hs1-{account}", "hs2-{account}"],
        records: &[
            cname("<hs1- and the account>._domainkey", "<from HubSpot: Settings, Domains & URLs>"),
            cname("<hs2- and the account>._domainkey", "<from HubSpot: Settings, Domains & URLs>"),
        ],
        ..service(
            "hubspot",
            "HubSpot",
            Kind::Marketing,
            "https://knowledge.hubspot.com/marketing-email/manage-email-authentication-in-hubspot",
            SEEN,
        )
    },
    Service {
        spf: &["customeriomail.com"],
        dkim_targets: &["customeriomail.com"],
        // All its records stand below a name of its own, cio and a number; DKIM signs as that name.
        envelope: Envelope::Below(""),
        records: &[
            mx("<cio and a number>", "<from Customer.io: Workspace settings, Email, Sending domains>"),
            txt("<cio and a number>", "\"<from Customer.io: Workspace settings, Email, Sending domains>\""),
            txt("krs._domainkey.<cio and a number>", "\"<from Customer.io: Workspace settings, Email>\""),
        ],
        ..service(
            "customer-io",
            "Customer.io",
            Kind::Marketing,
            "https://docs.customer.io/journeys/authentication",
            DOCUMENTED,
        )
    },
    Service {
        // Sends through Amazon SES with three selectors that differ for every domain: it cannot be told from outside.
        envelope: Envelope::Below("envelope"),
        records: &[
            mx("envelope", "<from Loops: Settings, Domain>"),
            txt("envelope", "\"<from Loops: Settings, Domain>\""),
            cname("<three tokens>._domainkey", "<from Loops: Settings, Domain>"),
        ],
        ..service("loops", "Loops", Kind::Marketing, "https://loops.so/docs/sending-domain", DOCUMENTED)
    },
    Service {
        spf: &["klaviyomail.com"],
        tokens: &["klaviyo-site-verification="],
        dkim_targets: &["klaviyomail.com", "klaviyodns.com"],
        // kl for campaigns as they were set up first; mtd where the kinds of mail have domains of their own.
        selectors: &["kl", "kl2", "mtd1", "mtd2"],
        envelope: Envelope::Below(""),
        records: &[
            cname("kl._domainkey", "<from Klaviyo: Settings, Email, Domains>"),
            cname("kl2._domainkey", "<from Klaviyo: Settings, Email, Domains>"),
            cname(
                "<sending domain, such as send>",
                "<or four NS records: from Klaviyo: Settings, Email, Domains>",
            ),
            txt("@", "\"<klaviyo-site-verification=, from Klaviyo: Settings, Email, Domains>\""),
        ],
        ..service(
            "klaviyo",
            "Klaviyo",
            Kind::Marketing,
            "https://help.klaviyo.com/hc/en-us/articles/115000357752-Setting-Up-a-Dedicated-Sending-Domain",
            DOCUMENTED,
        )
    },
    Service {
        dkim_targets: &["convertkit.com", "kit.com"],
        // The second one is younger: whoever set it up before has the first alone.
        selectors: &["cka", "cka2"],
        envelope: Envelope::Below("ckespa"),
        records: &[
            cname("ckespa", "<from Kit: Settings, Email, Verified sending domain>"),
            cname("cka._domainkey", "<from Kit: Settings, Email, Verified sending domain>"),
            cname("cka2._domainkey", "<from Kit: Settings, Email, Verified sending domain>"),
        ],
        ..service(
            "kit",
            "Kit (ConvertKit)",
            Kind::Marketing,
            "https://help.kit.com/en/articles/2502558-how-to-set-up-a-verified-sending-domain",
            SEEN,
        )
    },
    Service {
        spf: &["emsd1.com", "acems1.com"],
        dkim_targets: &["acems1.com", "acems2.com", "acems3.com"],
        selectors: &["acdkim1", "acdkim2"],
        selectors_are_fixed: true,
        envelope: Envelope::Below(""),
        records: &[
            cname("acdkim1._domainkey", "<from ActiveCampaign: Settings, Advanced>"),
            cname("acdkim2._domainkey", "<from ActiveCampaign: Settings, Advanced>"),
            cname("<em- and a number>", "<from ActiveCampaign: Settings, Advanced>"),
        ],
        ..service(
            "activecampaign",
            "ActiveCampaign",
            Kind::Marketing,
            "https://help.activecampaign.com/hc/en-us/articles/360015584680-Set-up-your-sending-domain",
            SEEN,
        )
    },
    //------------ Support ---------------------------------------------------
    Service {
        spf: &["mail.zendesk.com", "smtp.zendesk.com"],
        mx: &["zendesk.com"],
        dkim_targets: &["zendesk.com"],
        selectors: &["zendesk1", "zendesk2"],
        selectors_are_fixed: true,
        envelope: Envelope::Domain,
        include: Some("mail.zendesk.com"),
        records: &[
            cname("zendesk1._domainkey", "zendesk1._domainkey.zendesk.com."),
            cname("zendesk2._domainkey", "zendesk2._domainkey.zendesk.com."),
        ],
        ..service(
            "zendesk",
            "Zendesk",
            Kind::Support,
            "https://support.zendesk.com/hc/en-us/articles/4408832543770-Allowing-Zendesk-to-send-email-on-behalf-of-your-email-domain",
            DOCUMENTED,
        )
    },
    Service {
        dkim_targets: &["intercom.io", "intercom-mail.com"],
        selectors: &["intercom"],
        selectors_are_fixed: true,
        envelope: Envelope::Below(""),
        records: &[
            cname("intercom._domainkey", "<from Intercom: Settings, Channels, Email, Domains & addresses>"),
            cname("<bounce name>", "<from Intercom: Settings, Channels, Email, Domains & addresses>"),
        ],
        ..service(
            "intercom",
            "Intercom",
            Kind::Support,
            "https://www.intercom.com/help/en/articles/9744849-connect-your-email-support-channel",
            DOCUMENTED,
        )
    },
    Service {
        spf: &["email.freshdesk.com", "freshemail.io"],
        dkim_targets: &["freshemail.io", "freshdesk.com"],
        envelope: Envelope::Domain,
        include: Some("email.freshdesk.com"),
        records: &[cname(
            "<four names>._domainkey",
            "<from Freshdesk: Admin, Channels, Email, Advanced settings, DKIM>",
        )],
        ..service(
            "freshdesk",
            "Freshdesk",
            Kind::Support,
            "https://support.freshdesk.com/support/solutions/articles/223779",
            SEEN,
        )
    },
    Service {
        spf: &["frontapp.com"],
        dkim_targets: &["frontapp.com"],
        envelope: Envelope::Below(""),
        records: &[cname(
            "<names>._domainkey",
            "<from Front: Settings, Channels, the channel's DNS settings>",
        )],
        ..service("front", "Front", Kind::Support, "https://help.front.com/en/articles/2484", Checked::Never)
    },
];
