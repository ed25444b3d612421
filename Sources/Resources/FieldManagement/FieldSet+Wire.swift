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
    write(to: &result, at: result.index)
    return result
  }

  /// Adds the member `fieldsV1` to an object that has none.
  func writeFieldsV1(to object: inout Document) {
    write(to: &object, at: object.appendEmptyObject("fieldsV1", at: object.index))
  }

  private func write(to document: inout Document, at place: Int) {
    if isMember && !children.isEmpty { _ = document.appendEmptyObject(".", at: place) }
    for child in children {
      child.set.write(to: &document, at: document.appendEmptyObject(child.step, at: place))
    }
  }
}
