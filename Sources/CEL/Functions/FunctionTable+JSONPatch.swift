/// Source: Kubernetes documentation, "Mutating Admission Policy", JSONPatch.
extension FunctionTable {
  mutating func addJSONPatch() {
    global("jsonpatch.escapeKey", [.string], .string) { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      try run.charge(tenths: text.utf8.count * 2)
      var escaped = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "~": escaped += "~0"
        case "/": escaped += "~1"
        default: escaped.unicodeScalars.append(scalar)
        }
      }
      return .string(escaped)
    }
  }
}
