"""Sentences that belong to a writing assistant or to a form, not to the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.language import Message

KINDS = ()
PHRASES = re.compile(
    r"as an ai (language )?model|as a large language model|i (cannot|can't|am unable to) (assist|fulfil|provide|access)|my (last )?knowledge (cut-?off|update)"
    r"|regenerate response|certainly[,!] here (is|are)|sure[,!] here (is|are|'s)|here is (a|the|your) (revised|rewritten|polished|improved|translated)"
    r"|i hope this (helps|message finds)"
    r"|let me know if you (need|would like|want)|feel free to (ask|adjust|modify)|\[insert [^\]]*\]|\[your [^\]]*\]|lorem ipsum"
    r"|(this|the) (revised|rewritten|polished) (version|paragraph|text) (maintains|retains|keeps|is)|is there anything else"
    r"|作为(一个|一名)?(AI|人工智能|大?语言)(语言)?模型|截至我的?知识|重新生成(回答|回复)|希望(这|以上)(对你|对您)有(所)?帮助|以下是(修改|润色|改写|翻译)后的|好的[，,](以下|这)是|如(有|果)?(需要|您需要)进一步(修改|调整)",
    re.IGNORECASE,
)


def run(look: Look) -> Iterator[Judgement]:
    texts = [("text", look.paper.text), ("title", look.paper.title)]
    texts += [(claim.id, claim.quote) for claim in look.paper.claims]
    texts += [(f"{table.id}/{part}", text) for table in look.paper.tables for part, text in (("title", table.title), ("note", table.note))]
    for where, text in texts:
        for found in PHRASES.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            place = f"{where}/{line}" if where == "text" else where
            yield Judgement("foreign_text", place, found.group(), "", "inconsistent", "label", Message("audit.note.foreign", {"phrase": found.group()}))
