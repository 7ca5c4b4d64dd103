//! Windows' access lists as text (SDDL): which groups of many accounts can read.

/// A group with accounts besides the shop's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reader {
    pub(super) name: &'static str,
    /// As icacls takes it.
    pub(super) account: String,
    /// Whether the right comes from a directory above.
    pub(super) inherited: bool,
}

/// Their short form in a list, their SID and name. Of a group that each domain has, the end of its SID.
const GROUPS: [[&str; 3]; 11] = [
    ["WD", "S-1-1-0", "Everyone"],
    ["AN", "S-1-5-7", "ANONYMOUS LOGON"],
    ["AU", "S-1-5-11", "Authenticated Users"],
    ["NU", "S-1-5-2", "NETWORK"],
    ["IU", "S-1-5-4", "INTERACTIVE"],
    ["BU", "S-1-5-32-545", "Users"],
    ["BG", "S-1-5-32-546", "Guests"],
    ["IS", "S-1-5-32-568", "IIS_IUSRS"],
    ["S-1-5-17", "S-1-5-17", "IUSR"],
    ["AC", "S-1-15-2-1", "ALL APPLICATION PACKAGES"],
    ["DU", "-513", "Domain Users"],
];

/// How the SID of a domain's group begins.
const OF_A_DOMAIN: &str = "S-1-5-21-";

/// Rights by their two letters, as bits of a file's access mask.
const RIGHTS: [(&str, u32); 21] = [
    ("GA", 0x1000_0000),
    ("GX", 0x2000_0000),
    ("GW", 0x4000_0000),
    ("GR", 0x8000_0000),
    ("FA", 0x001F_01FF),
    ("FR", 0x0012_0089),
    ("FW", 0x0012_0116),
    ("FX", 0x0012_00A0),
    ("CC", 0x1),
    ("DC", 0x2),
    ("LC", 0x4),
    ("SW", 0x8),
    ("RP", 0x10),
    ("WP", 0x20),
    ("DT", 0x40),
    ("LO", 0x80),
    ("CR", 0x100),
    ("SD", 0x1_0000),
    ("RC", 0x2_0000),
    ("WD", 0x4_0000),
    ("WO", 0x8_0000),
];

/// FILE_READ_DATA, which in a directory is to list it, and the rights that have it.
const READS: u32 = 0x1 | 0x8000_0000 | 0x1000_0000;

/// Groups that the list lets read a file, or a directory or what will be made in it, each once. What the list denies is not
/// subtracted. `None`: the list cannot be understood.
pub(super) fn readers(saved: &str) -> Option<Vec<Reader>> {
    let (flags, entries) = list(saved)?;
    let mut readers = Vec::new();
    if flags.contains("NO_ACCESS_CONTROL") {
        readers.push(reader("WD", false)?);
    }
    for [kind, flags, rights, who] in entries {
        let allows = ["A", "XA"].contains(&kind) && mask(rights)? & READS != 0;
        let found = reader(who, flags.contains("ID")).filter(|_| allows);
        readers.extend(found.filter(|found| !readers.contains(found)));
    }
    Some(readers)
}

/// Whether the list says more than what comes from the directory above, or less. `None`: it cannot be understood.
pub(super) fn is_own(saved: &str) -> Option<bool> {
    let (flags, entries) = list(saved)?;
    let is_protected = flags.contains('P');
    Some(is_protected || entries.iter().any(|[_, flags, ..]| !flags.contains("ID")))
}

/// The flags of the list, and of each entry its kind, flags, rights and account. The line before it has the name, of a drive `D:\`.
fn list(saved: &str) -> Option<(&str, Vec<[&str; 4]>)> {
    let list = saved.lines().nth(1)?.strip_prefix("D:")?;
    let (flags, mut rest) = list.split_at(list.find('(').unwrap_or(list.len()));
    let mut entries = Vec::new();
    while rest.starts_with('(') {
        let (entry, after) = rest.split_at(end(rest)?);
        rest = after;
        let fields: Vec<&str> = entry.trim_matches(['(', ')']).splitn(7, ';').collect();
        let [kind, flags, rights, _, _, who, ..] = fields[..] else { return None };
        entries.push([kind, flags, rights, who]);
    }
    Some((flags, entries))
}

fn reader(who: &str, inherited: bool) -> Option<Reader> {
    let is_of_a_domain =
        |end: &str| end.starts_with('-') && who.starts_with(OF_A_DOMAIN) && who.ends_with(end);
    let found = |[short, sid, _]: &&[&str; 3]| who == *short || who == *sid || is_of_a_domain(sid);
    let [_, sid, name] = GROUPS.iter().find(found)?;
    let account = match who {
        who if who.starts_with("S-1-") => format!("*{who}"),
        _ if sid.starts_with('-') => format!("\"{name}\""),
        _ => format!("*{sid}"),
    };
    Some(Reader { name, account, inherited })
}

/// Behind the parenthesis that closes the first one: a condition has some of its own.
fn end(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, letter)| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at + 1)
    })
}

fn mask(rights: &str) -> Option<u32> {
    if let Some(digits) = rights.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).ok();
    }
    let mut bits = 0;
    let mut rest = rights;
    while !rest.is_empty() {
        let (two, after) = rest.split_at_checked(2)?;
        bits |= RIGHTS.iter().find(|(name, _)| *name == two)?.1;
        rest = after;
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(saved: &str) -> Option<Vec<&'static str>> {
        readers(saved).map(|readers| readers.iter().map(|reader| reader.name).collect())
    }

    /// As icacls saves them: a name, and the list in its own line.
    #[test]
    fn groups_that_can_read() {
        for (list, found) in [
            // A directory below C:\ as Windows makes it.
            (
                "D:AI(A;ID;FA;;;BA)(A;OICIIOID;GA;;;BA)(A;ID;FA;;;SY)(A;OICIIOID;GA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)",
                &["Users", "Authenticated Users"][..],
            ),
            // What the doctor advises.
            (
                "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-5-21-397955417-626881126-188441444-1010)",
                &[],
            ),
            (
                "D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;S-1-5-32-568)(A;;FR;;;S-1-5-17)",
                &["IIS_IUSRS", "IUSR"],
            ),
            ("D:(A;;FA;;;WD)", &["Everyone"]),
            ("D:NO_ACCESS_CONTROL", &["Everyone"]),
            ("D:P", &[]),
            // To pass through and to read attributes, not the content; what is denied; an application pool of its own.
            ("D:(A;;FX;;;BU)(A;;LO;;;WD)(D;;FA;;;BG)(A;;FA;;;S-1-5-82-3006700770-424185619-1745488364)", &[]),
            // An account's own group, which is everybody of its domain; every app of the Store.
            (
                "D:AI(A;ID;FR;;;DU)(A;;FA;;;S-1-5-21-397955417-626881126-188441444-512)(A;ID;0x1200a9;;;AC)",
                &["Domain Users", "ALL APPLICATION PACKAGES"],
            ),
            ("D:(A;;FR;;;S-1-15-2-1)(A;;FR;;;S-1-5-80-513)", &["ALL APPLICATION PACKAGES"]),
            // A condition, and what is behind it; a list of audits.
            (
                r#"D:(XA;;FR;;;AU;(@USER.Title=="(PM)"))(A;;GR;;;BG)S:(AU;SAFA;FR;;;WD)"#,
                &["Authenticated Users", "Guests"],
            ),
        ] {
            assert_eq!(names(&format!("conf\r\n{list}\r\n")).as_deref(), Some(found), "{list}");
        }
    }

    #[test]
    fn a_right_of_its_own_has_to_be_taken_away() {
        let own = "(A;OICI;FR;;;WD)(A;;FR;;;DU)(A;;FR;;;S-1-5-21-397955417-626881126-188441444-513)";
        let found = readers(&format!("conf\r\nD:AI{own}(A;OICIID;0x1200a9;;;BU)\r\n")).unwrap();
        assert_eq!(
            found.iter().map(|reader| (&*reader.account, reader.inherited)).collect::<Vec<_>>(),
            [
                ("*S-1-1-0", false),
                ("\"Domain Users\"", false),
                ("*S-1-5-21-397955417-626881126-188441444-513", false),
                ("*S-1-5-32-545", true)
            ]
        );
    }

    #[test]
    fn the_name_of_a_drive_is_not_its_list() {
        assert_eq!(names("D:\\\r\nD:PAI(A;OICI;0x1200a9;;;BU)\r\n").as_deref(), Some(&["Users"][..]));
        assert_eq!(names("D:\\\r\n"), None);
    }

    #[test]
    fn a_list_of_its_own_is_more_or_less_than_what_is_inherited() {
        for (list, own) in [
            ("D:AI(A;ID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)", false),
            ("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)", true),
            ("D:P", true),
            ("D:AI(A;;FR;;;S-1-5-82-3006700770-424185619-1745488364)(A;ID;FA;;;BA)", true),
        ] {
            assert_eq!(is_own(&format!("mall.conf\r\n{list}\r\n")), Some(own), "{list}");
        }
        assert_eq!(is_own("mall.conf\r\n"), None);
    }

    #[test]
    fn what_is_no_list_is_not_taken_for_a_closed_one() {
        for saved in
            ["", "conf\r\n", "D:(A;;FR", "D:(A;;QQ;;;WD)", "D:(A;;F;;;WD)", "D:(A;;0xzz;;;WD)", "D:(A;;FR)"]
        {
            assert_eq!(names(saved), None, "{saved}");
        }
    }
}
