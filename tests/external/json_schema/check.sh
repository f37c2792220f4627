#!/usr/bin/env bash
# The JSON Schemas of the YAML format, looked at by a validator that knows nothing of this project: they are schemas,
# they take every file of schema/, and they reject files with errors.
source "$(dirname "$0")/../common.sh"

python_with json-schema tests/external/json_schema/requirements.txt
check="$scripts/check-jsonschema"

quietly json-schema-is-one "$check" --check-metaschema schema/planhat.schema.json schema/model.schema.json
quietly json-schema-root "$check" --schemafile schema/planhat.schema.json schema/planhat.yaml
quietly json-schema-models "$check" --schemafile schema/model.schema.json schema/models/*.yaml
# What the files with errors were made from.
quietly json-schema-fine "$check" --schemafile schema/model.schema.json tests/external/json_schema/fine.yaml

for file in tests/external/json_schema/errors/*.yaml; do
    log="$external/json-schema-error.log"
    # 1 is a file that does not fit; anything else is another trouble.
    status=0
    "$check" --schemafile schema/model.schema.json "$file" >"$log" 2>&1 || status=$?
    if [ "$status" -ne 1 ] || ! grep -q 'Schema validation errors' "$log"; then
        cat "$log" >&2
        echo "accepted: $file" >&2
        exit 1
    fi
done

models=$(find schema/models -name '*.yaml' | wc -l)
errors=$(find tests/external/json_schema/errors -name '*.yaml' | wc -l)
echo "JSON Schemas: $models models fit, $errors files with errors do not"
