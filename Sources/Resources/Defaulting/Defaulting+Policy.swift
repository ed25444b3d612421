extension Defaulting {
  /// A maximum is the limit, a limit the request, and a minimum the request of whoever names none.
  static func limitRange(_ range: inout Document) {
    range.edit("spec") { spec in
      spec.editEach("limits") { item in
        guard item["type"]?.string == "Container" else { return }
        for (name, amount) in item["max"]?.members.map({ $0 }) ?? []
        where item[path: "default", name] == nil {
          item.set(amount, at: ["default", name])
        }
        for source in ["default", "min"] {
          for (name, amount) in item[source]?.members.map({ $0 }) ?? []
          where item[path: "defaultRequest", name] == nil {
            item.set(amount, at: ["defaultRequest", name])
          }
        }
      }
    }
  }
}
