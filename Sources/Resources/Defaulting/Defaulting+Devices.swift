extension Defaulting {
  static func resourceClaim(_ claim: inout Document) { claim.edit("spec", claimSpec) }

  static func resourceClaimTemplate(_ template: inout Document) {
    template.edit("spec") { $0.edit("spec", claimSpec) }
  }

  private static func claimSpec(_ spec: inout Document) {
    spec.edit("devices") { devices in
      devices.editEach("requests") { request in
        request.edit("exactly", deviceRequest)
        request.editEach("firstAvailable", deviceRequest)
      }
    }
  }

  /// One device, unless all are wanted or so many.
  private static func deviceRequest(_ request: inout Document) {
    request.setDefaultText("allocationMode", "ExactCount")
    if request["allocationMode"]?.string == "ExactCount", request["count"]?.integer ?? 0 == 0 {
      request["count"] = 1
    }
    request.editEach("tolerations") { $0.setDefaultText("operator", "Equal") }
  }
}
