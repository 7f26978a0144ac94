# A text as the C string NAME (-v name=): what travels in each folder of evidence.
BEGIN { print "#include \"act/evidence_in.h\"\n\nconst char " name "[] =" }
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\t/, "\\t"); print "\t\"" $0 "\\n\"" }
END { print "\t;" }
