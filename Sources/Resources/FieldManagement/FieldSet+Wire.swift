extension FieldSet {
  /// Reads `fieldsV1`. A place without children is a member, as is one that holds `.`.
  package init(fieldsV1 document: Document) {
    for (name, value) in document.members {
      if name == "." {
        isMember = true
      } else {
        var child = FieldSet(fieldsV1: value)
        if child.isEmpty { child.isMember = true }
        append(name, child)
      }
    }
    sort()
  }

  /// The set as `fieldsV1` of a managedFields entry.
  package var fieldsV1: Document {
    var result = Document.emptyObject
    if isMember && !children.isEmpty { result["."] = .emptyObject }
    for child in children { result[child.step] = child.set.fieldsV1 }
    return result
  }
}
