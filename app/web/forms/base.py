"""The base of every form: only fields that were typed, never files, whatever was sent."""

from __future__ import annotations

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import MultiDict


class Form(FlaskForm):
    """A form without files: a part of a request that is a file is nothing that was typed."""

    class Meta(FlaskForm.Meta):
        """Reads the form's fields alone."""

        def wrap_formdata(
            self, form: FlaskForm, formdata: MultiDict[str, str] | type[_Auto] | None
        ) -> MultiDict[str, str] | None:
            """Return what was sent in fields, when a form was sent at all."""
            if formdata is not _Auto:
                return formdata  # type: ignore[return-value] # given by our own code
            return request.form if request.method == "POST" else None
