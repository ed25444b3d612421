/// What is told of Ingresses, and of the policies of what comes in and goes out.
/// Source: upstream's wording.
enum IngressWarnings {
  static let ofIngress: ObjectWarnings.Rule = { ingress, old in
    let annotation = "kubernetes.io/ingress.class"
    guard old == nil, ingress.annotations[annotation] != nil,
      ingress[path: "spec", "ingressClassName"] == nil
    else { return [] }
    return [
      "annotation \"\(annotation)\" is deprecated, please use 'spec.ingressClassName' instead"
    ]
  }

  static let ofPolicy: ObjectWarnings.Rule = { policy, _ in
    let spec = policy["spec"] ?? .emptyObject
    return [("ingress", "from"), ("egress", "to")].flatMap { direction, peers in
      spec.placed(direction, at: "spec.").flatMap { place, rule in
        rule.placed(peers, at: "\(place).").flatMap { place, peer in
          ofBlock(peer["ipBlock"], at: "\(place).ipBlock")
        }
      }
    }
  }

  private static func ofBlock(_ block: Document?, at path: String) -> [String] {
    guard let block else { return [] }
    return AddressWarnings.ofRange(block["cidr"], at: "\(path).cidr")
      + block.placed("except", at: "\(path).").flatMap {
        AddressWarnings.ofRange($0.value, at: $0.place)
      }
  }
}
