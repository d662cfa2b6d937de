// Finds what a person sees by role and accessible name; window.rs calls it with both.
(function (role, name) {
  const selectors = {
    button: "button,[role=button],summary,input[type=submit],input[type=button]",
    link: "a[href],[role=link]",
    textbox:
      "input:not([type]),input[type=text],input[type=password],input[type=url],input[type=search],input[type=number],input[type=email],textarea,[role=textbox],[role=searchbox],[role=spinbutton]",
    checkbox: "input[type=checkbox],[role=checkbox],[role=switch]",
    radio: "input[type=radio],[role=radio]",
    combobox: "select,[role=combobox]",
    tab: "[role=tab]",
    menuitem: "[role=menuitem],[role=menuitemradio],[role=menuitemcheckbox]",
    option: "option,[role=option]",
    row: "tr,[role=row]",
    heading: "h1,h2,h3,h4,[role=heading]",
    dialog: "dialog[open],[role=dialog],[role=alertdialog]",
    alert: "[role=alert]",
    status: "[role=status],output",
    region: "section,aside,main,nav,[role=region],[role=complementary]",
    listitem: "li,[role=listitem]",
  };
  const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
  const visible = (element) =>
    element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden" && !element.closest("[aria-hidden=true],[inert]");

  // Text as it is read out: hidden parts left out, pictures by their name.
  const spoken = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.getAttribute("aria-hidden") === "true" || node.hidden || ["SCRIPT", "STYLE", "SELECT", "INPUT", "TEXTAREA"].includes(node.tagName)) return "";
    if (node.getAttribute("aria-label")) return ` ${node.getAttribute("aria-label")} `;
    if (node.tagName === "IMG") return ` ${node.alt} `;
    if (node.tagName.toLowerCase() === "svg") return ` ${node.querySelector("title")?.textContent ?? ""} `;
    const inside = [...node.childNodes].map(spoken).join("");
    return getComputedStyle(node).display === "inline" ? inside : ` ${inside} `;
  };

  const byIds = (ids) => ids.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean).map(spoken).join(" ");
  const nameOf = (element) => {
    const labelled = element.getAttribute("aria-labelledby");
    if (labelled && squeeze(byIds(labelled))) return squeeze(byIds(labelled));
    if (squeeze(element.getAttribute("aria-label"))) return squeeze(element.getAttribute("aria-label"));
    if (element.labels && element.labels.length > 0) return squeeze([...element.labels].map(spoken).join(" "));
    if (element.tagName === "INPUT" && ["submit", "button"].includes(element.type)) return squeeze(element.value);
    const own = ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) ? "" : squeeze(spoken(element));
    return own || squeeze(element.title) || squeeze(element.placeholder);
  };

  const modals = document.querySelectorAll("dialog:modal");
  const root = modals.length > 0 ? modals[modals.length - 1] : document;
  const own = (element) => !element.hasAttribute("role") || element.getAttribute("role") === role || selectors[role].includes(`[role=${element.getAttribute("role")}]`);
  const all = [...(root === document ? [] : [root]), ...root.querySelectorAll("*")];
  const candidates = all.filter((element) => element.matches(selectors[role]) && own(element) && visible(element));
  const wanted = squeeze(name).toLowerCase();
  const named = candidates.map((element) => [element, nameOf(element)]);
  const match =
    named.find(([, found]) => found.toLowerCase() === wanted) ??
    named.find(([, found]) => found.toLowerCase().startsWith(wanted)) ??
    named.find(([, found]) => found.toLowerCase().includes(wanted));
  return match ? { element: match[0], name: match[1] } : { element: null, names: named.map(([, found]) => found).slice(0, 40) };
})
